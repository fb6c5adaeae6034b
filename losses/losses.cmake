# The pointwise losses: losses/<word>.h with a type of that name in PascalCase. One word here, and every device's kernel,
# the op and the row in the table of losses are made of it (losses/README.md: "to add one").
set(SKEW_POINTWISE_LOSSES ral asl apl hill splc focal poly1_focal bce distribution_balanced
  ldam_multi class_balanced_focal)
# The softmax losses, likewise.
set(SKEW_SOFTMAX_LOSSES cross_entropy softmax_focal poly1_ce asl_single ral_single ldam balanced_softmax logit_adjusted
  seesaw)
# The set losses, likewise.
set(SKEW_SET_LOSSES zlpr two_way)

# my_loss → MyLoss, in the variable `out`.
function(skew_loss_type out loss)
  set(type "")
  string(REPLACE "_" ";" words ${loss})
  foreach(word ${words})
    string(SUBSTRING ${word} 0 1 first)
    string(SUBSTRING ${word} 1 -1 rest)
    string(TOUPPER ${first} first)
    string(APPEND type ${first}${rest})
  endforeach()
  set(${out} ${type} PARENT_SCOPE)
endfunction()

# One file of the template for each of the losses, appended to the list `out`.
function(skew_generate_losses out template)
  set(made ${${out}})
  foreach(loss ${ARGN})
    skew_loss_type(type ${loss})
    set(SKEW_LOSS ${loss})
    set(SKEW_LOSS_TYPE ${type})
    get_filename_component(folder ${template} DIRECTORY)
    set(file ${PROJECT_BINARY_DIR}/generated/${folder}/${loss}_loss.cpp)
    configure_file(${PROJECT_SOURCE_DIR}/${template} ${file} @ONLY)
    list(APPEND made ${file})
  endforeach()
  set(${out} ${made} PARENT_SCOPE)
endfunction()
