# All losses, by kind: losses/<word>.h with a type of that name in PascalCase. One word here, and every device's kernel,
# the op and the entry in the table of losses are made of it (losses/README.md: "to add one").
set(SKEW_POINTWISE_LOSSES ral asl apl hill splc focal poly1_focal bce distribution_balanced
  ldam_multi class_balanced_focal)
set(SKEW_SOFTMAX_LOSSES cross_entropy softmax_focal poly1_ce asl_single ral_single ldam balanced_softmax logit_adjusted
  seesaw)
set(SKEW_LOGSUMEXP_LOSSES zlpr two_way)
# Made of other losses or of ops, in losses/<word>.cpp, which registers them; mse is an op alone.
set(SKEW_COMPOSED_LOSSES class_balanced partial_selective mse)

# What a loss has beside its header, and what losses share. Kinds and tables are found by their folders.
set(SKEW_LOSS_SOURCES losses/aliases.cpp losses/class_weights.cpp)
foreach(loss ${SKEW_POINTWISE_LOSSES} ${SKEW_SOFTMAX_LOSSES} ${SKEW_LOGSUMEXP_LOSSES} ${SKEW_COMPOSED_LOSSES})
  if(EXISTS ${PROJECT_SOURCE_DIR}/losses/${loss}.cpp)
    list(APPEND SKEW_LOSS_SOURCES losses/${loss}.cpp)
  endif()
endforeach()

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

# One file of the template for each of the losses of a kind, appended to the list `out`. The template's ending without
# .in is theirs: register.cpp.in makes losses/kinds/<loss>_register.cpp.
function(skew_generate_losses out template kind)
  set(made ${${out}})
  set(SKEW_LOSS_KIND ${kind})
  get_filename_component(folder ${template} DIRECTORY)
  get_filename_component(name ${template} NAME)
  string(REGEX REPLACE "\\.in$" "" name ${name})
  foreach(SKEW_LOSS ${ARGN})
    skew_loss_type(SKEW_LOSS_TYPE ${SKEW_LOSS})
    skew_loss_type(SKEW_LOSS_KIND_TYPE ${kind})
    set(file ${PROJECT_BINARY_DIR}/generated/${folder}/${SKEW_LOSS}_${name})
    configure_file(${PROJECT_SOURCE_DIR}/${template} ${file} @ONLY)
    list(APPEND made ${file})
  endforeach()
  set(${out} ${made} PARENT_SCOPE)
endfunction()

# The same for all losses of the named kinds (pointwise softmax logsumexp).
function(skew_generate_kinds out template)
  set(made ${${out}})
  foreach(kind ${ARGN})
    string(TOUPPER ${kind} KIND)
    skew_generate_losses(made ${template} ${kind} ${SKEW_${KIND}_LOSSES})
  endforeach()
  set(${out} ${made} PARENT_SCOPE)
endfunction()
